/** Derivatives of functions of tensors, rules of one's own for them, and what is computed twice to save memory. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.ops.grad;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
