/** Files of arrays. */
@org.jspecify.annotations.NullMarked
package org.keras4j.core.io;
