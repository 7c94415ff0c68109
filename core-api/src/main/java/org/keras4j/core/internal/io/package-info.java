/** Internal: how files are read and written by all modules. */
@NullMarked
package org.keras4j.core.internal.io;

import org.jspecify.annotations.NullMarked;
