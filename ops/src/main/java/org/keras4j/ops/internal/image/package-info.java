/** The functions of {@code keras.ops.image}. */
@NullMarked
package org.keras4j.ops.internal.image;

import org.jspecify.annotations.NullMarked;
