/** The served document of events. */
@NullMarked
package io.sluice.web;

import org.jspecify.annotations.NullMarked;
