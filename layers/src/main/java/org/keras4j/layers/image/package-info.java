/** Preprocessing and augmentation layers for images, and bounding boxes in them. */
@NullMarked
@API(status = API.Status.MAINTAINED, since = "0.1")
package org.keras4j.layers.image;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
