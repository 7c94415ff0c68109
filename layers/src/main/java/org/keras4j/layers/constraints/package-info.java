/** Restrictions on weights ({@code keras.constraints}). */
@NullMarked
package org.keras4j.layers.constraints;

import org.jspecify.annotations.NullMarked;
