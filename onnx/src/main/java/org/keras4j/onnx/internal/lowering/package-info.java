/** The forms of primitives and composites in ONNX. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.onnx.internal.lowering;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
