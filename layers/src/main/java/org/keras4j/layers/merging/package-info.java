/** Layers that combine several inputs. */
@NullMarked
package org.keras4j.layers.merging;

import org.jspecify.annotations.NullMarked;
