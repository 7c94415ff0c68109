/** Internal: charts of curves, as SVG and as images. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.training.internal.plot;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
