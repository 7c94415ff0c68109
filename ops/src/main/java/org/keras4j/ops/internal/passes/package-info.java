/** What is done with a graph before a backend compiles it. */
@NullMarked
package org.keras4j.ops.internal.passes;

import org.jspecify.annotations.NullMarked;
