/** Arrays in NumPy's files. */
@NullMarked
package org.keras4j.core.npy;

import org.jspecify.annotations.NullMarked;
