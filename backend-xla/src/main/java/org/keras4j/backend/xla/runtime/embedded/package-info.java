/** The XLA inside TensorFlow's library, reached through its C interface: CPU, Maven artifacts only. */
@NullMarked
package org.keras4j.backend.xla.runtime.embedded;

import org.jspecify.annotations.NullMarked;
