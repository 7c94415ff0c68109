/** How tensors lie on several devices. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.core.sharding;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
