/** Parts of one's own: a layer, a loss, a metric, an optimizer, a callback and a training step. */
@NullMarked
package org.keras4j.examples.custom;

import org.jspecify.annotations.NullMarked;
