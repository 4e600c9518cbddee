# An unmodified Comet broker on the loopback address: twistd -ny comet.tac
import os
import shlex

from comet.service.broker import Options, makeService
from twisted.application import service
from twisted.application.internet import TCPServer

options = Options()
options.parseOptions(shlex.split(os.environ["COMET_OPTIONS"]))
comet = makeService(options)
for part in comet:
    if isinstance(part, TCPServer):
        part.kwargs["interface"] = "127.0.0.1"
application = service.Application("comet")
comet.setServiceParent(application)
