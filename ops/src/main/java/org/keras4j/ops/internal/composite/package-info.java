/**
 * The functions of neural networks that a backend may run by a kernel of its own: names, attributes,
 * inputs and outputs, and what they compute. All are channels last, and none promotes dtypes.
 */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.ops.internal.composite;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
