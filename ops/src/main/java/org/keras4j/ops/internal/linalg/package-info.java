/** The functions of {@code keras.ops.linalg}. */
@NullMarked
package org.keras4j.ops.internal.linalg;

import org.jspecify.annotations.NullMarked;
