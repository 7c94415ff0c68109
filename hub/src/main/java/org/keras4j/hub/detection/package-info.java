/** Detectors of objects: networks, their training, and what they find. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.detection;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
