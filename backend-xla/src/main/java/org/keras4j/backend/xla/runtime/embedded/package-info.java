/** The XLA inside TensorFlow's library, reached through its C interface: CPU, Maven artifacts only. */
@NullMarked
@API(status = API.Status.INTERNAL, since = "0.1")
package org.keras4j.backend.xla.runtime.embedded;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
