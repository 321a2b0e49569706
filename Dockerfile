# syntax=docker/dockerfile:1
# Build:  docker build -t mqttchat .
# Run:    docker run -p 8080:8080 -v mqttchat:/data mqttchat
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src
# What restore needs comes first, so that a change of code does not fetch every package again.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY MqttChat.Domain/MqttChat.Domain.csproj MqttChat.Domain/
COPY MqttChat.Web/MqttChat.Web.csproj MqttChat.Web/
RUN dotnet restore MqttChat.Web
COPY .editorconfig appsettings.json ./
COPY MqttChat.Domain/ MqttChat.Domain/
COPY MqttChat.Web/ MqttChat.Web/
RUN dotnet publish MqttChat.Web -c Release --no-restore -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN mkdir /data && chown "$APP_UID" /data
ENV Data__Directory=/data ASPNETCORE_HTTP_PORTS=8080
VOLUME /data
EXPOSE 8080
USER $APP_UID
ENTRYPOINT ["dotnet", "MqttChat.Web.dll"]
