/** Graphs with unknown dimensions, made known for the inputs of a call. */
@NullMarked
package org.keras4j.backend.xla.dynamic;

import org.jspecify.annotations.NullMarked;
