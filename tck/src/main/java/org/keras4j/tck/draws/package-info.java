/** Random arguments for every function of {@code keras.ops}, {@code keras.random} and {@code keras.activations}. */
@org.jspecify.annotations.NullMarked
package org.keras4j.tck.draws;
