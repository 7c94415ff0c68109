/**
 * The functions of neural networks that a backend may run by a kernel of its own: names, attributes,
 * inputs and outputs, and what they compute. All are channels last, and none promotes dtypes.
 */
@NullMarked
package org.keras4j.ops.internal.composite;

import org.jspecify.annotations.NullMarked;
