/** Keras's public functions by name: what each is in Java, and calls with positional and named arguments. */
@org.jspecify.annotations.NullMarked
package org.keras4j.ops.internal.surface;
