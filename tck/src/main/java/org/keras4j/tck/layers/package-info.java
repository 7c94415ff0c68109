/** What every layer must fulfil. */
@NullMarked
package org.keras4j.tck.layers;

import org.jspecify.annotations.NullMarked;
