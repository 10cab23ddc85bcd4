#!/bin/sh
# Travels on the context CD beside context.sh; examples/web.tmpl names it in FILES.
echo "hello from $(hostname)"
