/** Running, tracing and compiling: how a call of a primitive becomes numbers or a node of a graph. */
@NullMarked
package org.keras4j.ops.internal.engine;

import org.jspecify.annotations.NullMarked;
