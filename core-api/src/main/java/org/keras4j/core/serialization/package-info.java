/** The contract by which objects become Keras configs and come back. */
@NullMarked
package org.keras4j.core.serialization;

import org.jspecify.annotations.NullMarked;
