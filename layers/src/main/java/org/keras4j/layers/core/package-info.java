/** The basic layers: dense, embedding, input, masking, wrappers. */
@NullMarked
package org.keras4j.layers.core;

import org.jspecify.annotations.NullMarked;
