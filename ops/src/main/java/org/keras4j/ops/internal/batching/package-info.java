/** Functions of one element applied to a batch at once: one batching rule for each primitive. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.batching;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
