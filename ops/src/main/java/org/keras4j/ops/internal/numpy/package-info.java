/** The functions of {@code keras.ops.numpy}. */
@NullMarked
package org.keras4j.ops.internal.numpy;

import org.jspecify.annotations.NullMarked;
