/** What functions of {@link org.keras4j.ops.Ops} take and give besides tensors. */
@NullMarked
package org.keras4j.ops.types;

import org.jspecify.annotations.NullMarked;
