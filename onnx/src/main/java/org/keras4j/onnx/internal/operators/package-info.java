/** The operators of ONNX in primitives. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.onnx.internal.operators;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
