/** Models as ONNX files, and ONNX files as models. */
@NullMarked
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
package org.keras4j.onnx;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
