/** Tensors, dtypes, shapes, variables, host arrays and the global configuration. */
@NullMarked
package org.keras4j.core;

import org.jspecify.annotations.NullMarked;
