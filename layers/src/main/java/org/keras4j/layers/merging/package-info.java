/** Layers that combine several inputs. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.merging;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
