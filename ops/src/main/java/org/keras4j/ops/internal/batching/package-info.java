/** Functions of one element applied to a batch at once: one batching rule for each primitive. */
@NullMarked
package org.keras4j.ops.internal.batching;

import org.jspecify.annotations.NullMarked;
