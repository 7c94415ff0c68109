/** Random numbers ({@code keras.random}). */
@NullMarked
package org.keras4j.ops.random;

import org.jspecify.annotations.NullMarked;
