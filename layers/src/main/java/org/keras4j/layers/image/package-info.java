/** Preprocessing and augmentation layers for images, and bounding boxes in them. */
@NullMarked
package org.keras4j.layers.image;

import org.jspecify.annotations.NullMarked;
