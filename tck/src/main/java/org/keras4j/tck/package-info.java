/**
 * The conformance kit: replays recorded calls of Keras on a backend, eagerly, symbolically and
 * compiled, with gradients.
 */
@org.jspecify.annotations.NullMarked
package org.keras4j.tck;
