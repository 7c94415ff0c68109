/** Folders with pretrained models, as other libraries lay them out. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.hub.preset;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
