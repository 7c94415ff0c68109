/** Training on several devices and in several processes ({@code keras.distribution}). */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.distribution;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
