/** What is in force on a thread, and what calls inherit. */
@NullMarked
package org.keras4j.core.context;

import org.jspecify.annotations.NullMarked;
