/** Preprocessing layers for features, text and audio. */
@NullMarked
package org.keras4j.layers.preprocessing;

import org.jspecify.annotations.NullMarked;
