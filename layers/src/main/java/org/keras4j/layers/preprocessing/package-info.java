/** Preprocessing layers for features, text, audio and images. */
@NullMarked
package org.keras4j.layers.preprocessing;

import org.jspecify.annotations.NullMarked;
