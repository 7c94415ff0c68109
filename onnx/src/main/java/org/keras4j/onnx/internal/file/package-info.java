/** What ONNX files hold, read and written. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.onnx.internal.file;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
