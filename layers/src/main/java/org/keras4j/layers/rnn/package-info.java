/** Recurrent layers and their cells. */
@NullMarked
package org.keras4j.layers.rnn;

import org.jspecify.annotations.NullMarked;
