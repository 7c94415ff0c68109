/** What the build writes facades from. */
@NullMarked
package org.keras4j.ops.internal.facade;

import org.jspecify.annotations.NullMarked;
