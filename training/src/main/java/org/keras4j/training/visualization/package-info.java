/** Pictures with boxes and masks drawn, and galleries of them, without a display ({@code keras.visualization}). */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.training.visualization;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
