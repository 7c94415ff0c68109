/** Functions on tensors ({@code keras.ops}) and random numbers, written once for all backends. */
@NullMarked
package org.keras4j.ops;

import org.jspecify.annotations.NullMarked;
