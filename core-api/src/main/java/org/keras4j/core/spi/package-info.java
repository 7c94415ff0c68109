/** What a backend implements, and how it is found. */
@NullMarked
package org.keras4j.core.spi;

import org.jspecify.annotations.NullMarked;
