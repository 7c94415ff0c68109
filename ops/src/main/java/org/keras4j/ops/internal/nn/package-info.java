/** The functions of {@code keras.ops.nn}. */
@NullMarked
package org.keras4j.ops.internal.nn;

import org.jspecify.annotations.NullMarked;
