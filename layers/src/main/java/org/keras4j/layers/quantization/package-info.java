/** Weights of layers as integers of eight or four bits: how they are made, and computed with. */
@org.jspecify.annotations.NullMarked
package org.keras4j.layers.quantization;
