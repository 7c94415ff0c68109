/** The functions of {@code keras.ops.core} on tensors: conversions, slices, scatters. */
@NullMarked
package org.keras4j.ops.internal.core;

import org.jspecify.annotations.NullMarked;
