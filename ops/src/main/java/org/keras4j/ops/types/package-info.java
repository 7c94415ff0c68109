/** What functions of {@link org.keras4j.ops.Ops} take and give besides tensors. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.ops.types;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
