/** Pages of the documentation that are made from the code. */
@NullMarked
package org.keras4j.tck.pages;

import org.jspecify.annotations.NullMarked;
